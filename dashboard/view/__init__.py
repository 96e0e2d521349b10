"""Pure builders shared by the pages: values in, text or components out. No callback, no service, no I/O."""
