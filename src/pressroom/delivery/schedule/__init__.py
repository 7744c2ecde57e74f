"""What starts ``briefings run``: a crontab entry, a systemd timer or a GitHub workflow; no daemon."""
