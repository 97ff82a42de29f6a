"""What all commands share: environment and heading, errors of AWS, times, output, progress, the cost of reading."""
