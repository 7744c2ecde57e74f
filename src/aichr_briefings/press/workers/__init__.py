"""Where briefings are pressed: in kept processes of this machine, or on a cluster of them."""
