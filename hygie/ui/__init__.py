"""Design system: page frame, components, tokens, icons, and how an error looks. It holds no models and no rules."""
