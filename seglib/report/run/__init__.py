"""One run: what is asked for, kernels, progress, what is recorded."""
