/* SPDX-License-Identifier: Apache-2.0 */
#include "texts.h"

const char *const text_languages[TEXT_LANGUAGES] = {"en", "ru", "zh"};

/* By frequency, the commonest first. A Russian noun that takes endings ends in '-'. */
static const char *const words[TEXT_LANGUAGES][96] = {
	{"the", "of", "and", "to", "in", "on", "for", "states", "council", "meeting", "members", "cooperation", "organisation", "agreement",
		"heads", "decision", "security", "secretariat", "regional", "declaration", "parties", "adopted", "session", "treaty",
		"development", "economic", "government", "foreign", "ministers", "charter", "summit", "protocol", "article", "programme",
		"observer", "partner", "trade", "transport", "culture", "education", "energy", "information", "statement", "communique",
		"rules", "procedure", "budget", "report", "commission", "coordinators", "national", "international", "joint", "signed",
		"memorandum", "obligations", "accession", "status", "dialogue", "border", "terrorism", "extremism", "drugs", "customs",
		"agriculture", "environment", "health", "science", "technology", "tourism", "sport", "youth", "women", "business", "finance",
		"bank", "investment", "digital", "water", "food", "emergency", "military", "exercise", "law", "justice", "prosecutors",
		"courts", "ratification", "deposit", "depositary", "entry", "force", "withdrawal", "reservation", "annex", "translation"},
	{"и", "в", "о", "на", "по", "с", "государств-", "совет-", "заседани+", "член-", "сотрудничеств+", "организаци=", "соглашени+", "глав-",
		"решени+", "безопасност'", "секретариат-", "региональный", "деклараци=", "сторон-", "приняли", "сесси=", "договор-", "развити+",
		"экономический", "правительств-", "иностранных", "министр-", "харти=", "саммит-", "протокол-", "статья", "программ-",
		"наблюдател'", "партнёр-", "торговл'", "транспорт-", "культур-", "образовани+", "энергетик-", "информаци=", "заявлени+", "коммюнике",
		"правил-", "процедур-", "бюджет-", "отчёт-", "комисси=", "координатор-", "национальный", "международный", "совместный", "подписан",
		"меморандум-", "обязательств-", "присоединени+", "статус-", "диалог-", "границ-", "терроризм-", "экстремизм-", "наркотик-", "таможн'",
		"сельского", "сред-", "здоровь+", "наук-", "технологи=", "туризм-", "спорт-", "молодёж'", "женщин-", "бизнес-", "финанс-", "банк-",
		"инвестици=", "цифровой", "вод-", "продовольстви+", "чрезвычайный", "военный", "учени+", "прав-", "юстици=", "прокурор-", "суд-",
		"ратификаци=", "сдач-", "депозитари+", "вступлени+", "сил-", "выход-", "оговорк-", "приложени+", "перевод-"},
	{"的", "和", "在", "成员国", "理事会", "会议", "国家", "合作", "组织", "协定", "元首", "决定", "安全", "秘书处", "地区", "宣言", "各方", "通过", "条约", "发展",
		"经济", "政府", "外交", "部长", "宪章", "峰会", "议定书", "条款", "纲要", "观察员", "伙伴", "贸易", "运输", "文化", "教育", "能源", "信息", "声明", "公报",
		"规则", "程序", "预算", "报告", "委员会", "协调员", "国际", "联合", "签署", "备忘录", "义务", "加入", "地位", "对话", "边境", "恐怖主义", "极端主义", "禁毒",
		"海关", "农业", "环境", "卫生", "科学", "技术", "旅游", "体育", "青年", "妇女", "商务", "金融", "银行", "投资", "数字", "水资源", "粮食", "紧急", "军事",
		"演习", "法律", "司法", "检察", "法院", "批准", "交存", "保存人", "生效", "退出", "保留", "附件", "译文"},
};

static const char *const syllables[TEXT_LANGUAGES][16] = {
	{"ba", "kor", "lin", "sta", "ven", "dor", "mar", "tu", "zel", "ash", "or", "gan", "pol", "ri", "sen", "tal"},
	{"ба", "кор", "лин", "ста", "вен", "дор", "мар", "ту", "зел", "аш", "ор", "ган", "пол", "ри", "сен", "тал"},
	{"巴", "科", "林", "斯", "文", "多", "马", "图", "泽", "阿", "奥", "甘", "波", "里", "森", "塔"},
};

struct dice {
	uint64_t state;
};

static uint64_t roll(struct dice *d) /* SplitMix64 */
{
	uint64_t z = d->state += 0x9e3779b97f4a7c15u;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* 0 .. n - 1, small numbers far more often: the product of two even chances. */
static size_t rank(struct dice *d, size_t n)
{
	uint64_t a = roll(d) >> 40, b = roll(d) >> 40; /* 24 bits each */
	return (size_t)((a * b >> 24) * n >> 24);
}

static void add_bent(struct dice *d, const char *word, struct buf *out)
{
	static const char *const hard[] = {"", "а", "у", "ом", "е", "ы", "ов", "ам"}, *const ije[] = {"ие", "ия", "ию", "ием", "ии", "ий", "иям", "ие"},
				 *const ija[] = {"ия", "ии", "ию", "ией", "ии", "ий", "иям", "ия"}, *const soft[] = {"ь", "и", "ью", "и", "ь", "и", "ь", "и"};
	struct str s = str_of(word);
	char last = s.n ? s.p[s.n - 1] : 0;
	const char *const *endings = last == '-' ? hard : last == '+' ? ije : last == '=' ? ija : last == '\'' ? soft : NULL;
	buf_add(out, endings ? str_slice(s, 0, s.n - 1) : s);
	if (endings)
		buf_adds(out, endings[roll(d) % 8]);
}

static void add_name(int language, size_t k, struct buf *out)
{
	for (size_t i = 0, left = k + 16; left; i++, left /= 16)
		buf_adds(out, syllables[language][(left + i) % 16]);
}

static void add_words(struct dice *d, int language, size_t n, struct buf *out)
{
	size_t known = 0;
	while (known < 96 && words[language][known])
		known++;
	for (size_t i = 0; i < n; i++) {
		if (i && language != 2)
			buf_addc(out, ' ');
		if (roll(d) % 12 == 0)
			add_name(language, rank(d, 20000), out);
		else
			add_bent(d, words[language][rank(d, known)], out);
		if (language == 2 && i % 9 == 8)
			buf_adds(out, "，");
	}
}

void text_make(uint64_t n, int language, struct buf *title, struct buf *text)
{
	struct dice d = {n * 3 + (uint64_t)language};
	buf_clear(title);
	buf_clear(text);
	add_words(&d, language, 5 + roll(&d) % 6, title);
	add_words(&d, language, 30 + roll(&d) % 60, text);
}
