"""What cannot be made again in one archive, and back."""
