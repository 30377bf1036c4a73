"""XLSForm workbooks both ways: what ODK and KoboToolbox write becomes a form file, and a form becomes a workbook."""
