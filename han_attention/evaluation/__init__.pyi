from han_attention.evaluation.coverage import (
    measure_coverage as measure_coverage,
)
from han_attention.evaluation.mistakes import find_mistakes as find_mistakes
from han_attention.evaluation.mistakes import (
    predict_out_of_fold as predict_out_of_fold,
)
from han_attention.evaluation.plots import plot_confusion as plot_confusion
from han_attention.evaluation.plots import plot_coverage as plot_coverage
from han_attention.evaluation.plots import plot_reliability as plot_reliability
from han_attention.evaluation.plots import save_plots as save_plots
from han_attention.evaluation.report import Report as Report
from han_attention.evaluation.report import save_report as save_report
from han_attention.evaluation.scoring import evaluate as evaluate
from han_attention.evaluation.tables import epoch_table as epoch_table
from han_attention.evaluation.thresholds import tune_predictor as tune_predictor
from han_attention.evaluation.thresholds import (
    tune_thresholds as tune_thresholds,
)
from han_attention.evaluation.training_plot import (
    plot_training as plot_training,
)
