"""Going live: when people were last supervised, and children last discussed, before this product was there."""
