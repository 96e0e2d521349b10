"""The screens: Dash pages, components, and the web server around them."""
