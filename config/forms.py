"""How forms look: `{{ form.name.as_field_group }}` and `{{ form }}` draw our parts."""

from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_noop

# Words of the framework that our catalogues say in the voice of the house.
OURS = (gettext_noop("This field is required."), gettext_noop("This field may not be blank."))


class FormRenderer(TemplatesSetting):
    form_template_name = "parts/form.html"
    field_template_name = "parts/field.html"
