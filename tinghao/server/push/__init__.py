"""Live events: what is committed is pushed to those who may see it; who was away gets what he missed."""
