"""What the engine costs, beside PyTorch on the same CPU: `python -m benchmarks --help`."""
