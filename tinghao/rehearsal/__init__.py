"""A hall's day played through: visitors and clerks that are made up, rules, services and database that are the real ones."""
