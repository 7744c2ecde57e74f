"""New records and remarks: checked as they are typed, written all or not at all."""
