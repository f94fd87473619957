namespace IdResolution.Core.Templates;

/// <summary>A list of templates. Each is made when the list comes to it, so that a long list holds no memory.</summary>
/// <param name="Items">The templates, in order.</param>
public sealed record TemplateList(IEnumerable<Template> Items);
