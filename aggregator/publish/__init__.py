"""Decides what is published of a Story, and writes feeds and OPML from it. It reads no store and no clock."""
