"""Where generations are kept: in files of this machine, or in a store that many machines share."""
