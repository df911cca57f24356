"""Customers in, a column of names out: RFM, personas, rules, schemes."""
