"""Pure text: values to `Content`, without an app."""
