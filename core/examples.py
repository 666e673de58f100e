"""The bundled projects, in the order of the lecture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.words import Words, same

FOLDER = Path(__file__).parents[1] / "resources" / "projects"

FEED_FORWARD = Words("Feed-forward networks", "前馈网络")
RECURRENT = Words("Recurrent networks", "循环网络")
ATTENTION = Words("Attention and transformers", "注意力与 Transformer")
CONVOLUTIONAL = Words("Convolutional networks", "卷积网络")
PUBLISHED = Words("Large networks, as published", "大型经典网络")
PARTS = (FEED_FORWARD, RECURRENT, ATTENTION, CONVOLUTIONAL, PUBLISHED)


@dataclass(frozen=True, slots=True)
class Example:
    """One bundled project. `task` says in a sentence what it learns and what there is to see."""

    id: str
    part: Words
    title: Words
    task: Words

    @property
    def path(self) -> Path:
        """Its file."""
        return FOLDER / f"{self.id}.loom"


@cache
def examples() -> tuple[Example, ...]:
    """All of them, part by part."""
    return (
        Example("perceptron", FEED_FORWARD, Words("Perceptron", "感知机"), Words("The lecture's neuron, w₀ = 1, w = (3, −2): a line in the plane.", "课上的神经元，w₀ = 1，w = (3, −2)：平面上的一条直线。")),
        Example("pass-this-class", FEED_FORWARD, Words("Will I pass this class?", "我能通过这门课吗？"), Words("Lectures attended and hours of work predict a yes or no.", "由听课次数和投入时间预测是否通过。")),
        Example("playground", FEED_FORWARD, Words("Playground: circle", "游乐场：圆"), Words("2-4-2-1 with tanh, as in the TensorFlow Playground.", "2-4-2-1 加 tanh，与 TensorFlow Playground 相同。")),
        Example("playground-8-8", FEED_FORWARD, Words("Playground: xor", "游乐场：异或"), Words("2-8-8-1: opposite quarters belong together.", "2-8-8-1：对角的两个象限属于同一类。")),
        Example("spiral", FEED_FORWARD, Words("Two spirals", "双螺旋"), Words("The hard one: a deeper net finds the winding border.", "难题：更深的网络找到弯曲的边界。")),
        Example("breast-cancer", FEED_FORWARD, Words("Breast cancer", "乳腺癌筛查"), Words("Nine findings predict benign or malignant, with a confidence.", "由九项检查结果判断良性或恶性，并给出置信度。")),
        Example("mlp-digits", FEED_FORWARD, Words("Digits, dense", "手写数字：全连接"), Words("8×8 handwritten digits with Dense blocks alone.", "只用全连接层识别 8×8 手写数字。")),
        Example("mlp", FEED_FORWARD, same("784-256-128-10"), Words("28×28 digits without convolutions, as a yardstick.", "不用卷积识别 28×28 数字，作为比较基准。")),
        Example("linear-autoencoder", FEED_FORWARD, Words("Linear autoencoder", "线性自编码器"), Words("Without activations it finds what principal components find.", "没有激活函数时，它找到的正是主成分。")),
        Example("autoencoder", FEED_FORWARD, Words("Autoencoder", "自编码器"), Words("Digits squeezed through 32 numbers and drawn again.", "把数字压缩成 32 个数再重新画出来。")),
        Example("hinton-autoencoder", FEED_FORWARD, Words("Deep autoencoder", "深度自编码器"), Words("Hinton's 784-1000-500-250-30 and back.", "Hinton 的 784-1000-500-250-30 及其镜像。")),
        Example("lstm-echo", RECURRENT, Words("LSTM echo", "LSTM 回声"), Words("Say again what was heard a few steps ago.", "复述几步之前听到的内容。")),
        Example("char-lstm", RECURRENT, Words("Next character", "下一个字符"), Words("An LSTM reads a small text and guesses what comes next.", "LSTM 阅读一小段文本并猜测下一个字符。")),
        Example("char-rnn-128", RECURRENT, Words("Characters: RNN", "字符：RNN"), Words("A simple memory of 128 units; compare it with LSTM and GRU.", "128 单元的简单循环网络，可与 LSTM、GRU 比较。")),
        Example("char-lstm-128", RECURRENT, Words("Characters: LSTM", "字符：LSTM"), Words("The same text with gates and a cell.", "同一文本，换成带门和细胞状态的 LSTM。")),
        Example("char-gru-128", RECURRENT, Words("Characters: GRU", "字符：GRU"), Words("The same text with two gates.", "同一文本，换成两个门的 GRU。")),
        Example("names", RECURRENT, Words("Names", "名字"), Words("Spells names of different lengths, with padding masked.", "拼写长短不一的名字，填充被屏蔽。")),
        Example("sentiment", RECURRENT, Words("Praise or blame", "好评与差评"), Words("Many to one: “good, not bad” is praise, “bad, not good” is not.", "多对一：“good, not bad” 是好评，“bad, not good” 是差评。")),
        Example("captions", RECURRENT, Words("Image captions", "看图说话"), Words("One to many: a picture in, a sentence out.", "一对多：输入图像，输出句子。")),
        Example("translation", RECURRENT, Words("Translation", "机器翻译"), Words("English to Chinese through one vector: encoder and decoder.", "英译汉，整句话压成一个向量：编码器与解码器。")),
        Example("translation-attention", ATTENTION, Words("Translation with attention", "带注意力的翻译"), Words("The decoder looks back at every word of the sentence.", "解码器回看句子中的每个词。")),
        Example("attention-toy", ATTENTION, Words("Attention reverses", "注意力：反转"), Words("Letters come out backwards, and the heat map shows how.", "字母倒序输出，热力图展示其原理。")),
        Example("mini-gpt", ATTENTION, same("Mini GPT"), Words("A small GPT writes village tales, character by character.", "小型 GPT 逐字符地写村庄故事。")),
        Example("mini-bert", ATTENTION, same("Mini BERT"), Words("Words that see each other both ways judge a sentence.", "词与词双向互看，判断句子的褒贬。")),
        Example("mini-vit", ATTENTION, same("Mini ViT"), Words("49 patches of a digit, read like the words of a sentence.", "把数字切成 49 块，像读句子一样读图。")),
        Example("lenet5", CONVOLUTIONAL, same("LeNet-5"), Words("28×28 handwritten digits; watch the filters form.", "识别 28×28 手写数字，观察卷积核的形成。")),
        Example("keras-convnet", CONVOLUTIONAL, Words("Keras convnet", "Keras 卷积网络"), Words("The convolutional net of Keras' MNIST example.", "Keras 官方 MNIST 示例中的卷积网络。")),
        Example("small-alexnet", CONVOLUTIONAL, Words("Small AlexNet", "小型 AlexNet"), Words("CPCPCCCPFFF with dropout, flips and shifts.", "CPCPCCCPFFF，加 Dropout、翻转与平移。")),
        Example("small-vgg", CONVOLUTIONAL, Words("Small VGG", "小型 VGG"), Words("Two stages of 3×3 convolutions.", "两级 3×3 卷积。")),
        Example("small-inception", CONVOLUTIONAL, Words("Small Inception net", "小型 Inception 网络"), Words("Four ways side by side, and an auxiliary head.", "四路并行，并带一个辅助分类头。")),
        Example("residual", CONVOLUTIONAL, Words("Residual block", "残差块"), Words("Digits through a shortcut: Add brings the input back.", "带捷径的数字识别：加法模块把输入带回来。")),
        Example("resnet20", CONVOLUTIONAL, same("ResNet-20"), Words("Twenty layers that learn, thanks to nine shortcuts.", "二十层网络，靠九条捷径学得动。")),
        Example("plain20", CONVOLUTIONAL, Words("Plain 20 layers", "无捷径的 20 层"), Words("The same layers without shortcuts: compare the curves.", "同样的层，没有捷径：比较两条曲线。")),
        Example("unet", CONVOLUTIONAL, same("U-Net"), Words("Segmentation: a class for every pixel.", "语义分割：每个像素一个类别。")),
        Example("detector", CONVOLUTIONAL, Words("Class and box", "类别与边框"), Words("What it is and where: two heads, two losses.", "是什么、在哪里：两个头，两个损失。")),
        Example("navigation", CONVOLUTIONAL, Words("Navigation", "自动驾驶导航"), Words("Camera and map in, a distribution over the angle out.", "输入摄像头与地图，输出转向角的分布。")),
        Example("alexnet", PUBLISHED, same("AlexNet"), Words("61,100,840 parameters. ImageNet 2012.", "61,100,840 个参数。2012 年 ImageNet。")),
        Example("vgg16", PUBLISHED, same("VGG-16"), Words("138,357,544 parameters, most of them in one layer.", "138,357,544 个参数，大多集中在一层。")),
        Example("googlenet", PUBLISHED, same("GoogLeNet"), Words("Nine Inception modules and two auxiliary heads.", "九个 Inception 模块和两个辅助分类头。")),
        Example("resnet50", PUBLISHED, same("ResNet-50"), Words("25,557,032 parameters behind sixteen shortcuts.", "25,557,032 个参数，十六条捷径。")),
    )  # fmt: skip
