"""What all our pages share: design tokens, ES modules, the catalogue of texts, and the server process that runs a page."""
