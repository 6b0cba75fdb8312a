# The cell itself ends in an error with a hundred thousand causes, each with a long text.
error = ValueError("8.0")
for _ in range(10**5):
    outer = ValueError("8.0" * 100)
    outer.__cause__ = error
    error = outer
raise error
