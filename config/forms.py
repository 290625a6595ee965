"""How forms look: `{{ form.name.as_field_group }}` and `{{ form }}` draw our parts."""

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    form_template_name = "parts/form.html"
    field_template_name = "parts/field.html"
