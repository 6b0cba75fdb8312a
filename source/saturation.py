"""Measured and written by solutions/self-attention/measure.py: no hand here."""

SATURATION_KEYS, SATURATION_QUERIES = 10, 1000

# A row for each number of features.
SATURATION = [
    {
        "features": 1,
        "deviation": 0.974,
        "largest_plain": 0.27,
        "saturated_plain": 0.0,
        "slope_plain": 0.17,
        "largest_scaled": 0.27,
        "saturated_scaled": 0.0,
        "slope_scaled": 0.17,
    },
    {
        "features": 4,
        "deviation": 1.98,
        "largest_plain": 0.475,
        "saturated_plain": 0.0,
        "slope_plain": 0.22,
        "largest_scaled": 0.295,
        "saturated_scaled": 0.0,
        "slope_scaled": 0.19,
    },
    {
        "features": 16,
        "deviation": 3.92,
        "largest_plain": 0.719,
        "saturated_plain": 0.075,
        "slope_plain": 0.19,
        "largest_scaled": 0.312,
        "saturated_scaled": 0.0,
        "slope_scaled": 0.2,
    },
    {
        "features": 64,
        "deviation": 8.06,
        "largest_plain": 0.876,
        "saturated_plain": 0.363,
        "slope_plain": 0.038,
        "largest_scaled": 0.327,
        "saturated_scaled": 0.0,
        "slope_scaled": 0.21,
    },
    {
        "features": 256,
        "deviation": 16.1,
        "largest_plain": 0.929,
        "saturated_plain": 0.622,
        "slope_plain": 0.0012,
        "largest_scaled": 0.319,
        "saturated_scaled": 0.0,
        "slope_scaled": 0.21,
    },
    {
        "features": 1024,
        "deviation": 31.7,
        "largest_plain": 0.967,
        "saturated_plain": 0.79,
        "slope_plain": 2.3e-06,
        "largest_scaled": 0.314,
        "saturated_scaled": 0.0,
        "slope_scaled": 0.21,
    },
]
