"""Says what is wrong with a site's media, each finding with a permanent id and a fix to type."""
