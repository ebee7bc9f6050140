from han_attention.export.exporter import export_model as export_model
from han_attention.export.parity import Parity as Parity
from han_attention.export.parity import check_parity as check_parity
