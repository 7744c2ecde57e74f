"""One run from the data to the readers, as a timer starts it: steps, their log, the alarm, and the status."""
