"""Measured on IMDB and written by solutions/why-attention/measure.py: no hand here."""

BUDGET = {
    "reviews": 6000,
    "epochs": 5,
    "batch": 64,
    "embed_dim": 64,
    "units": 64,
    "dropout": 0.3,
    "learning_rate": 0.002,
    "held_back": 2500,
}

SHIPPED = {
    "simple_rnn": {"accuracy": 0.514, "reviews": 2500, "parameters": 326273, "epochs": 2, "training_reviews": 22500},
    "attention": {"accuracy": 0.8444, "reviews": 2500, "parameters": 338817, "epochs": 3, "training_reviews": 22500},
}

# The lecture's SimpleRNN, 22,500 reviews, 3 epochs, 5 seeds, on 2,000 other reviews:
# baseline_accuracies of `autograder data calibrate bilstm-attention`.
CALIBRATED = [0.501, 0.4965, 0.498, 0.504, 0.5055]

# Accuracy after each epoch on the reviews held back: a row for each seed.
CURVES = {
    "SimpleRNN": {
        1: [0.5768, 0.5792, 0.7200, 0.7412, 0.7464],
    },
}
# Accuracy on the training reviews in the last epoch, dropout included.
TRAINING = {
    "SimpleRNN": [0.8697],
}
PARAMETERS = {
    "SimpleRNN": 648321,
}

# Norm of d logit / d x_t at every 5th time step: a row for each seed.
GRADIENT_STEP = 5
GRADIENTS = {
    ("SimpleRNN", "untrained"): [
        [
            0.0382, 0.0414, 0.0416, 0.0396, 0.0509, 0.0476, 0.0491, 0.0579,
            0.0596, 0.0701, 0.0749, 0.0789, 0.0906, 0.118, 0.123, 0.116,
            0.146, 0.146, 0.177, 0.181, 0.193, 0.203, 0.224, 0.288,
            0.282, 0.337, 0.343, 0.385, 0.392, 0.523, 0.58, 0.627,
            0.725, 0.812, 0.813, 0.906, 1.15, 0.97, 1.19, 1.26,
        ],
        [
            0.0419, 0.0417, 0.0463, 0.048, 0.0454, 0.0558, 0.0599, 0.0619,
            0.0732, 0.0844, 0.0806, 0.1, 0.116, 0.09, 0.104, 0.127,
            0.135, 0.145, 0.17, 0.185, 0.218, 0.22, 0.264, 0.325,
            0.298, 0.341, 0.421, 0.434, 0.441, 0.45, 0.547, 0.586,
            0.648, 0.675, 0.81, 0.845, 0.877, 1.14, 1.08, 1.36,
        ],
        [
            0.0391, 0.0349, 0.0362, 0.0433, 0.0467, 0.0521, 0.0516, 0.0565,
            0.0595, 0.0802, 0.0768, 0.0876, 0.0911, 0.0892, 0.103, 0.125,
            0.116, 0.14, 0.165, 0.188, 0.211, 0.234, 0.254, 0.259,
            0.3, 0.276, 0.363, 0.434, 0.412, 0.508, 0.496, 0.538,
            0.608, 0.741, 0.793, 0.934, 1.15, 0.97, 1.36, 1.33,
        ],
    ],
    ("SimpleRNN", "trained"): [
        [
            0.596, 0.134, 0.109, 0.102, 0.0985, 0.109, 0.12, 0.121,
            0.116, 0.126, 0.117, 0.113, 0.142, 0.12, 0.122, 0.124,
            0.119, 0.141, 0.143, 0.151, 0.152, 0.148, 0.141, 0.157,
            0.154, 0.202, 0.186, 0.189, 0.216, 0.212, 0.258, 0.309,
            0.298, 0.333, 0.365, 0.482, 0.63, 0.701, 1.06, 1.6,
        ],
    ],
}
