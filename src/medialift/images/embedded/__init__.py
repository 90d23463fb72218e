"""The engine that comes along: renditions made by the site itself when first asked for, and kept in the bucket."""
