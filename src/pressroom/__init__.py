"""A press for any desk: notebooks over a sourced dataset become an edition of accessible briefings."""
