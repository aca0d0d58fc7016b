"""The only code that writes the queue. Each public function is one use case inside one transaction."""
