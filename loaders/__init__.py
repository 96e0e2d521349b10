"""Files in the exchange format, in and out (交换格式): read, check, load, export."""
