"""The newsroom that ships with Anyam: invented outlets on loopback. The engine never imports it."""
