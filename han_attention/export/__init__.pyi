from han_attention.export.exporter import export_model as export_model
