using IdResolution.Core.Administration;

namespace IdResolution.Server.Hosting;

/// <summary>The editors that the first start writes with.</summary>
internal sealed record FirstStartEditors(LogNamer Log, PrefixHomer Prefixes, TemplatePacks Packs, KeyIssuer Keys);
