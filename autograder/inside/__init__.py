"""Inside. Everything here shares a process with student code and is trusted with nothing."""
