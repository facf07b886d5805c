"""The Flask front end: public feeds and pages; it reads the store and never fetches."""
