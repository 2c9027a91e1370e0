// The sentences of plan faults: rules, periods, targets, and the YAML itself.

extension PlanFaultChinese {
    /// The second half of the sentences.
    static let second: [(english: String, chinese: String)] = [
        ("An option needs its 'options'.", "类型 option 要写明 options。"),
        ("'{}' is built in; choose another name.", "“{}”是内置名称，请换一个。"),
        ("A field's id has no ':'.", "字段的 id 不能含“：”。"),
        ("The type members has the policy members only.", "类型 members 只能用合并规则 members。"),
        ("'{}' needs a figure (type amount or count).", "“{}”要用于数字（类型 amount 或 count）。"),
        ("'{}' needs stages in rising order (type option).", "“{}”要用于由低到高的阶段（类型 option）。"),
        ("'{}' needs the type members.", "“{}”要用于类型 members。"),
        ("'{}' needs the type text.", "“{}”要用于类型 text。"),
        ("'{}' is not a collection of this plan; they are {}.", "方案没有台账“{}”；有：{}。"),
        ("'{}' is still a field, so nothing was renamed.", "“{}”还是字段，没有改名。"),
        ("'{}' was renamed already.", "“{}”已经改过名。"),
        ("Another field was renamed to '{}' already.", "已有别的字段改名为“{}”。"),
        ("'{}' is not an offset such as +08:00.", "“{}”不是 +08:00 这样的时差。"),
        ("The formulas go in a circle: {}.", "公式循环引用：{}。"),
        ("The shares of the components sum to {}, not to 100.", "各部分的份额合计 {}，应为 100。"),
        ("The weights of the indicators sum to {}, not to 100.", "指标权重合计 {}，应为 100。"),
        ("Only 'milestones' have '{}'.", "只有 milestones 才有“{}”。"),
        ("'{}' needs a workflow: its states say which objections are answered.", "“{}”要有流程，由状态说明异议是否已答复。"),
        ("The shares 'periods' and 'final' do not sum to 100.", "periods 与 final 的份额合计应为 100。"),
        ("A check's id has no ':'.", "校验的 id 不能含“：”。"),
        ("The key of '{}' has several parts, so it cannot be part of another key.", "“{}”的编号有几部分，不能作为另一编号的一部分。"),
        (
            "The state of a workflow is an option with the policy review; '{}' is not.",
            "流程的状态应是合并规则为 review 的 option，“{}”不是。"
        ),
        ("No step leads to the state '{}'.", "没有步骤通向状态“{}”。"),
        ("'by' says which roles take this step.", "by 写明哪些角色可以走这一步。"),
        ("'{}' is not a unit of this plan.", "方案没有单位“{}”。"),
        (
            "The targets of the units sum to {}, the city's is {}; the rest is nobody's.",
            "各单位目标合计 {}，全市目标 {}；差额没有落实到单位。"
        ),
        (
            "The targets of the units sum to {}, the city's is {}; more is asked of the units than of the city.",
            "各单位目标合计 {}，全市目标 {}；分解多于全市目标。"
        ),
        ("No indicator and no check uses the element '{}'.", "没有指标或校验用到数据项“{}”。"),
        ("The rule ends before it begins.", "规定的截止早于起始。"),
        ("Who gets it is a name or the key of a record, not {}.", "奖励对象应是名称或记录编号，而不是{}。"),
        ("The figure is in {} and the reward in {}; they are not of one kind.", "数字的单位是 {}，奖励的单位是 {}，不能换算。"),
        ("'{}' is not an amount.", "“{}”不是金额。"),
        (
            "No claims are kept for this rule: 'claims' names no collection with the key [reward, {}].",
            "这条规定没有申请台账：claims 中没有编号为 [reward, {}] 的台账。"
        ),
        ("The reward is in {}, but '{}' of '{}' is in {}.", "奖励的单位是 {}，而“{}”（“{}”）的单位是 {}。"),
        (
            "'{}' and '{}' are about one matter and begin on one day; give the newer a later 'from'.",
            "“{}”与“{}”是同一事项且同日施行；请给较新的写较晚的 from。"
        ),
        ("'{}' is not a format that is known; 'plansync-plan/1' is.", "不认识格式“{}”；应为 plansync-plan/1。"),
        ("A tenant's id has at most 48 characters.", "单位的 id 最多 48 个字符。"),
        ("'{}' lies on this tile already.", "这个位置已有“{}”。"),
        ("The tenants must hold the city itself (id: city).", "单位中必须有市级本身（id: city）。"),
        ("'{}' is not a department of this plan.", "方案没有部门“{}”。"),
        ("'{}' to '{}' are not {} periods in order; names are like {}.", "“{}”到“{}”不是按顺序的 {} 周期；写法如 {}。"),
        ("An element's id is used in formulas, so it has no '-' or ':'.", "数据项的 id 用于公式，不能含“-”或“：”。"),
        ("The plan collects nothing: 'elements' is empty.", "方案没有数据项（elements 为空）。"),
        ("A {} needs a 'denominator'.", "{} 要有 denominator（分母）。"),
        ("A {} has no 'denominator'.", "{} 没有 denominator（分母）。"),
        ("This indicator has no weight, so it counts in no ranking.", "指标没有权重，不计入排名。"),
        ("The formula is in {} and the indicator in {}; they are not of one kind.", "公式的单位是 {}，指标的单位是 {}，不能换算。"),
        ("'{}' is not >= or <=.", "“{}”不是 >= 或 <=。"),
        ("'{}' is not once or yearly.", "“{}”不是 once 或 yearly。"),
        ("'{}' is not a share from 0 to 1, such as 0.5 or 1/4.", "“{}”不是 0 到 1 的份额，如 0.5 或 1/4。"),
        ("The path falls here; a share due is never less than the one before.", "序时进度在这里下降；后一期不应小于前一期。"),
        ("The path has {} shares; {} periods make a year.", "序时进度有 {} 项，而一年有 {} 期。"),
        ("The path ends below 1: the whole target is due by the last period.", "序时进度末期应为 1：末期应完成全部目标。"),
        (
            "Anchors and aliases (&name, *name) are not read; write the value out, or quote a text that begins so.",
            "不读锚点和别名（&name、*name）；请写出值，或给这样开头的文本加引号。"
        ),
        ("Lists and named values are nested more than {} deep here.", "列表和带名称的值套了超过 {} 层。"),
        ("'{}' stands twice in one group of named values; the first is on line {}.", "“{}”在同一组中出现两次；第一处在第 {} 行。"),
        ("'{}' stands twice in one group of named values; this is the first.", "“{}”在同一组中出现两次；这是第一处。"),
        ("A name is expected before the ':'.", "“：”之前应有名称。"),
        ("Merge keys (<<) are not read; write the values out.", "不读合并键（<<）；请写出值。"),
        ("The file has more than {} values.", "文件超过 {} 个值。"),
        ("Tags ('{}') are not read: every value of a plan file is a text.", "不读标签（“{}”）：方案文件的值都是文本。"),
        ("The file has {} bytes; a plan file has at most {}.", "文件有 {} 字节；方案文件最多 {}。"),
        ("A tab stands in the indentation; indent with spaces.", "缩进里有制表符；请用空格。"),
        ("A character{} that no text may hold stands here.", "这里有文本不能含的字符{}。"),
        ("The file cannot be read as YAML.", "文件不是可读的 YAML。"),
        (
            "A ':' is not expected here: check the indentation, or quote a text that holds ': '.",
            "这里不应出现“：”：请检查缩进，或给含“： ”的文本加引号。"
        ),
        ("A name followed by ': ' is expected {}; check the indentation.", "{}应是名称加“： ”；请检查缩进。"),
        (
            "The group of named values{} goes on here with another indentation, or a line has no 'name: '.",
            "带名称的一组值{}在这里缩进不同，或某行没有“名称： ”。"
        ),
        ("The list{} goes on here with another indentation, or a line has no '- '.", "列表{}在这里缩进不同，或某行没有“- ”。"),
        ("A '- ' is not expected here; a list begins on a line of its own.", "这里不应出现“- ”；列表另起一行。"),
        ("A '? ' is not expected here; put the text in quotation marks.", "这里不应出现“？ ”；文本请加引号。"),
        ("A ',' or the closing ']' of the list{} is missing before this place.", "此前缺少“，”或列表{}的“]”。"),
        ("A ',' or the closing '}' of the group{} is missing before this place.", "此前缺少“，”或一组值{}的“}”。"),
        ("The text in quotation marks{} is not closed.", "引号里的文本{}没有闭合。"),
        ("{} cannot begin a value; put the text in quotation marks.", "值不能以 {} 开头；文本请加引号。"),
        (
            "After '\\' in quotation marks only known signs may follow; write '\\\\' for the sign itself.",
            "引号里的“\\”之后只能是已知符号；要写“\\”本身请写“\\\\”。"
        ),
        ("A value is expected here.", "这里应有值。"),
        ("Tags (!…!name) are not read: every value of a plan file is a text.", "不读标签（！…！name）：方案文件的值都是文本。"),
        (
            "The plan has ended before this place; check the indentation and the brackets above.",
            "方案到此之前已结束；请检查上面的缩进和括号。"
        ),
        (
            "A second document begins here; a plan file is one document (no '---' in between).",
            "这里开始了第二份文档；方案文件只有一份（中间没有“---”）。"
        ),
        ("The YAML cannot be read here: {}.", "这里的 YAML 读不了：{}。"),
        ("This changes nothing; it has one of {}.", "这里没有变更任何内容；可写 {} 之一。"),
        (
            "The versions stand in the order of their periods; {} does not come after {}.",
            "各次变更按考核期先后排列；{} 不在 {} 之后。"
        ),
        ("From {} on the weights of the indicators sum to {}, not to 100.", "自 {} 起各指标权重之和为 {}，不是 100。"),
        ("Two-month periods begin in odd months: {}?", "双月考核期从单月开始，是不是 {}？"),
        (
            "'{}' is not a period of this plan; its periods run from {} to {} (like {}).",
            "本方案没有考核期“{}”；考核期从 {} 到 {}，写法如 {}。"
        ),
        (
            "'{}' of {} stands since {} opened ({}); keep it, {}.",
            "“{}”（{}）在 {} 开始时已冻结（为 {}）；请保留，{}。"
        ),
        (
            "The indicator '{}' counts in {}, which has opened; keep it, {}.",
            "指标“{}”计入已开始的 {}；请保留，{}。"
        ),
        ("the indicator '{}'", "指标“{}”"),
        (
            "and write what is new under 'changes' with from: {} and {}",
            "并把新的内容写在 changes 下：from: {} 和 {}"
        ),
        ("all periods have opened, so nothing else can begin", "所有考核期都已开始，不能再变更"),
        ("A name is missing.", "缺少名称。"),
        ("The name is longer than {} characters.", "名称超过 {} 个字符。"),
        (
            "Character {} of the name is not allowed; use a-z, 0-9 and . _ : - (a letter or digit first).",
            "名称的第 {} 个字符不允许；可用 a-z、0-9 和 . _ : -（以字母或数字开头）。"
        ),
        ("The file is empty.", "文件是空的。"),
        ("'{}' needs {}.", "“{}”需要{}。"),
        ("{}; the groups are {}.", "{}；分组有：{}。"),
        ("a record of '{}'", "“{}”的记录"),
        (" that begins on line {}", "（始于第 {} 行）"),
        ("on line {}", "第 {} 行"),
    ]
}
