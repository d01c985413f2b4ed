"""What is measured by hand; benchmarks/README.md has the figures and the commands."""
