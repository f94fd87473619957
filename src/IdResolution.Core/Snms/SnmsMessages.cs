namespace IdResolution.Core.Snms;

/// <summary>The texts of the SNMS protocol that integrations compare, word for word.</summary>
public static class SnmsMessages
{
    /// <summary>The text of every success, and of the items of a batch that were done.</summary>
    public const string Success = "success";

    /// <summary>A create of an identifier that is there.</summary>
    public const string Exists = "标识已存在";

    /// <summary>A call about one identifier that is not there.</summary>
    public const string NotFound = "没有找到标识";

    /// <summary>An item of a batch about an identifier that is not there.</summary>
    public const string ItemNotFound = "标识不存在";

    /// <summary>A log-in with a wrong user name or password.</summary>
    public const string WrongLogin = "用户名/密码错误！";

    /// <summary>A call without a token that holds.</summary>
    public const string NotLoggedIn = "没有登录";

    /// <summary>A call about a template that failed within the node.</summary>
    public const string Busy = "系统繁忙";

    /// <summary>A parameter of the query, or a member of the body, that is missing.</summary>
    public static string Missing(string name) => $"缺少必要的请求参数: {name}";

    /// <summary>A value at an index that the template does not have.</summary>
    public static string NoIndex(int index) => $"非法操作，索引{index}在模板中不存在";
}
