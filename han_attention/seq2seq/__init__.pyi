from han_attention.seq2seq.alignment import plot_alignment as plot_alignment
from han_attention.seq2seq.alignment_page import (
    alignment_html as alignment_html,
)
from han_attention.seq2seq.alignment_page import (
    save_alignment_html as save_alignment_html,
)
from han_attention.seq2seq.generation import Generated as Generated
from han_attention.seq2seq.layers.additive_attention import (
    AdditiveAttention as AdditiveAttention,
)
from han_attention.seq2seq.layers.attention_decoder import (
    AttentionDecoder as AttentionDecoder,
)
from han_attention.seq2seq.layers.feed_previous import (
    embed_argmax as embed_argmax,
)
from han_attention.seq2seq.layers.sampled_softmax import (
    SampledSoftmax as SampledSoftmax,
)
from han_attention.seq2seq.layers.sequence_encoder import (
    SequenceEncoder as SequenceEncoder,
)
from han_attention.seq2seq.loss import SequenceLoss as SequenceLoss
from han_attention.seq2seq.loss import sequence_loss as sequence_loss
from han_attention.seq2seq.model import AttentionSeq2Seq as AttentionSeq2Seq
from han_attention.seq2seq.model import (
    build_attention_seq2seq as build_attention_seq2seq,
)
from han_attention.seq2seq.targets import teacher_forcing as teacher_forcing
from han_attention.seq2seq.tf1_weights import load_tf1 as load_tf1
from han_attention.seq2seq.translator import Translation as Translation
from han_attention.seq2seq.translator import Translator as Translator
