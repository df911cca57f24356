"""A shop at a day: settings, gathering, cleaning, orders, customers, people, and what a run keeps of it."""
