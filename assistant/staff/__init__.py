"""The staff's side: the page on which people at the clinic keep the assistant right."""
