"""The libraries that models run on, and the seams where we touch their private parts."""
