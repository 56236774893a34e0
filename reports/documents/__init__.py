"""What is handed over: a PDF, a workbook, a chat message, data files."""
