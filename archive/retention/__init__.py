"""What is kept how long: rules, holds, review, destruction with a certificate, purge."""
