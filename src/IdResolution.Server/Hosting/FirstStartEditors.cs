using IdResolution.Core.Administration;

namespace IdResolution.Server.Hosting;

/// <summary>What the first start is made by.</summary>
internal sealed record FirstStartEditors(PrefixHomer Prefixes, TemplateEditor Templates, KeyIssuer Keys);
