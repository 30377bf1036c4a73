"""The paper twin: any form as a sheet to fill in with a pen, and its way back into the record log."""
